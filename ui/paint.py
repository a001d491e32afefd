"""Pillow's images as Kivy's textures."""

from kivy.graphics.texture import Texture
from PIL import Image


def tinted(mask: Image.Image) -> Texture:
    """A white texture with `mask` as its opacity, for a Color to tint."""
    white = Image.new("L", mask.size, 255)
    return _texture(Image.merge("RGBA", (white, white, white, mask)))


def opaque(image: Image.Image) -> Texture:
    """The image as it is. RGBA like all others: a format of its own would cost software GL a shader."""
    return _texture(image.convert("RGBA"))


def _texture(image: Image.Image) -> Texture:
    texture = Texture.create(size=image.size, colorfmt="rgba")
    texture.flip_vertical()
    texture.blit_buffer(image.tobytes(), colorfmt="rgba", bufferfmt="ubyte")
    return texture
