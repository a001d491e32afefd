"""The GPIO chip is found by its label, and what cannot be had is told in a technician's words."""

from pathlib import Path

import pytest

from drivers.gpio_chip import PanelLost, find_chip, lost, open_pins

PI5 = {0: "gpio-brcmstb", 4: "pinctrl-rp1", 10: "gpio-brcmstb"}


class Board:
    """A machine's chips by number, as lgpio shows them; `open` are the handles not given back."""

    def __init__(self, labels: dict[int, str]) -> None:
        self.labels, self.open = labels, set[int]()

    def gpiochip_open(self, gpiochip: int, /) -> int:
        if gpiochip not in self.labels:
            raise OSError("can not open gpiochip")
        self.open.add(100 + gpiochip)
        return 100 + gpiochip

    def gpiochip_close(self, handle: int, /) -> int:
        self.open.remove(handle)
        return 0

    def gpio_get_chip_info(self, handle: int, /) -> list[object]:
        number = handle - 100
        return [0, 54, f"gpiochip{number}", self.labels[number]]

    @property
    def devices(self) -> list[Path]:
        return [Path(f"/dev/gpiochip{number}") for number in self.labels]


def found(labels: dict[int, str], label: str = "") -> int:
    board = Board(labels)
    number = find_chip(board, label, board.devices, lambda _device: True)
    assert not board.open
    return number


@pytest.mark.parametrize("number", [0, 4, 11])
def test_a_pi_5_is_found_whatever_the_number_of_its_chip(number: int) -> None:
    assert found({1: "gpio-brcmstb", number: "pinctrl-rp1"}) == number


def test_a_pi_4_needs_no_label() -> None:
    assert found({0: "pinctrl-bcm2711", 1: "raspberrypi-exp-gpio"}) == 0


def test_a_label_that_is_named_is_the_one() -> None:
    assert found({0: "pinctrl-bcm2711", 1: "raspberrypi-exp-gpio"}, "raspberrypi-exp-gpio") == 1


def test_a_label_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(PanelLost, match=r"no GPIO chip is called pinctrl-bcm2711; there are .*pinctrl-rp1"):
        found(PI5, "pinctrl-bcm2711")


def test_a_machine_without_a_chip_says_so() -> None:
    with pytest.raises(PanelLost, match="this machine has no GPIO pins"):
        found({})


def test_a_user_outside_the_gpio_group_is_told() -> None:
    board = Board(PI5)
    with pytest.raises(PanelLost, match="not in the gpio group"):
        find_chip(board, "", board.devices, lambda _device: False)


def test_a_chip_that_does_not_open_is_told_with_its_device() -> None:
    with pytest.raises(PanelLost, match="/dev/gpiochip7 cannot be opened"):
        find_chip(Board({}), "", [Path("/dev/gpiochip7")], lambda _device: True)


def test_a_pin_in_use_is_told_with_its_number_and_what_hangs_on_it() -> None:
    told = str(lost("buzzer", 22, OSError("'GPIO busy'")))
    assert told.startswith("GPIO 22 (buzzer) cannot be had: it is in use, by another program")


def test_a_machine_that_is_no_pi_says_so() -> None:
    with pytest.raises(PanelLost, match=r"pins cannot be opened|no GPIO pins|no GPIO chip"):
        open_pins("")
