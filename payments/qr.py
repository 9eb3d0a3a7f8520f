"""QR codes as pictures. What they hold comes from the payment alone, so that nobody can have one made for another."""

import io

import segno

QUIET_ZONE = 4  # modules, as ISO/IEC 18004 asks for
SMALLEST = 300  # pixels


def draw_svg(payload: str) -> bytes:
    """The code as a picture of any size: it scales with its frame."""
    picture = io.BytesIO()
    make(payload).save(picture, kind="svg", border=QUIET_ZONE, scale=8, light="#fff", omitsize=True)
    return picture.getvalue()


def draw_png(payload: str) -> bytes:
    """The code in whole pixels a module, at least 300 wide."""
    code = make(payload)
    modules, _height = code.symbol_size(border=QUIET_ZONE)
    picture = io.BytesIO()
    code.save(picture, kind="png", border=QUIET_ZONE, scale=-(-SMALLEST // modules))
    return picture.getvalue()


def make(payload: str) -> segno.QRCode:
    """The code, of which a seventh may be unreadable."""
    return segno.make(payload, error="m", micro=False, boost_error=False, encoding="utf-8")
