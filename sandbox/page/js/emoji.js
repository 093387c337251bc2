/* Whether this machine draws emoji in colours; where it does not, the page gives outlines a ground. */

const SIDE = 24;

/** Marks the page for its styles. */
export function markEmoji() {
  if (!hasColours("🟥")) document.documentElement.dataset.emoji = "outlines";
}

/** Draws the sign in black, and looks for anything that is not. */
function hasColours(sign) {
  const draw = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!draw) return true;
  draw.font = `${SIDE}px ${getComputedStyle(document.documentElement).getPropertyValue("--font")}`;
  draw.fillText(sign, 0, SIDE);
  const { data } = draw.getImageData(0, 0, 2 * SIDE, 2 * SIDE);
  return data.some((value, at) => at % 4 === 0 && value - data[at + 2] > 60);
}
