"""Checks that a video on a page really plays."""

from playwright.sync_api import Locator, expect

_BRIGHTNESS = """async (film) => {
  await new Promise((shown, never) => {
    film.requestVideoFrameCallback(shown);
    setTimeout(() => never(new Error("no frame of the film came")), 20000);
  });
  const canvas = document.createElement("canvas");
  canvas.width = film.videoWidth;
  canvas.height = film.videoHeight;
  const context = canvas.getContext("2d");
  context.drawImage(film, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Set();
  let light = 0;
  for (let at = 0; at < data.length; at += 4) {
    light += data[at] + data[at + 1] + data[at + 2];
    colours.add((data[at] >> 4) * 256 + (data[at + 1] >> 4) * 16 + (data[at + 2] >> 4));
  }
  return { light: light / (data.length * 0.75), colours: colours.size };
}"""
_MOVES = """(film) => new Promise((seen) => {
  const times = new Set();
  const note = () => {
    times.add(film.currentTime);
    if (times.size > 2) seen(true);
    else film.requestVideoFrameCallback(note);
  };
  film.requestVideoFrameCallback(note);
  setTimeout(() => seen(false), 20000);
})"""


def assert_plays(film: Locator) -> None:
    """The video advances frame by frame and is not black or plain."""
    expect(film).to_have_js_property("paused", False)
    assert film.evaluate(_MOVES), "the film stands still"
    seen = film.evaluate(_BRIGHTNESS)
    assert seen["light"] > 8, "the film is black"
    assert seen["colours"] > 3, "the film has nothing on it"
