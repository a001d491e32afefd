"""Pillow's images as Kivy's textures."""

from kivy.graphics.texture import Texture
from PIL import Image


def tinted(mask: Image.Image) -> Texture:
    """A white texture with `mask` as its opacity, for a Color to tint."""
    white = Image.new("L", mask.size, 255)
    return opaque(Image.merge("RGBA", (white, white, white, mask)))


def opaque(image: Image.Image) -> Texture:
    """The image ("RGB" or "RGBA") as it is."""
    mode = image.mode.lower()
    texture = Texture.create(size=image.size, colorfmt=mode)
    texture.flip_vertical()
    texture.blit_buffer(image.tobytes(), colorfmt=mode, bufferfmt="ubyte")
    return texture
