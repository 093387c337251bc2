/* The page's icons: strokes on a 24×24 grid. */
const PATHS = {
  send: "M4 12l16-8-5 16-3.500-6.500zM11.500 13.500L20 4",
  attach: "M20 11.500l-8.300 8.300a5.200 5.200 0 0 1-7.400-7.400l8.600-8.600a3.500 3.500 0 0 1 5 5L9.400 17.300a1.700 1.700 0 0 1-2.500-2.500l7.600-7.500",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.500 14.500c1.700 2.300 5.300 2.300 7 0M9 9.500v.5M15 9.500v.5",
  mic: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
  stop: "M7 7h10v10H7z",
  menu: "M4 7h16M4 12h16M4 17h16",
  keyboard: "M3 6.500h18v11H3zM7 10h.5M11 10h.5M15 10h.5M8 14h8",
  close: "M6 6l12 12M18 6L6 18",
  back: "M15 5l-7 7 7 7",
  down: "M6 9l6 6 6-6",
  dots: "M12 5.500v.01M12 12v.01M12 18.500v.01",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4",
  plus: "M12 5v14M5 12h14",
  lock: "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
  unlock: "M6 11h12v9H6zM9 11V8a3 3 0 0 1 5.800-1",
  pin: "M9 4h6l-1 6 3 3v2H7v-2l3-3zM12 15v5",
  place: "M12 21s7-6.200 7-11.500a7 7 0 0 0-14 0C5 14.800 12 21 12 21zM12 12a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  reply: "M10 6L4 11.500 10 17v-3.500c5 0 8 1.500 10 5 0-6-3.500-9-10-9z",
  quote: "M5 6h5v6c0 3-1.500 5-4 6M14 6h5v6c0 3-1.500 5-4 6",
  edit: "M4 20l1-4L16.500 4.500l3 3L8 19zM14 7l3 3",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10.500 11v5M13.500 11v5",
  copy: "M8 8h12v12H8zM16 8V4H4v12h4",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9v.01",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20c1-4 4-5.500 7.500-5.500s6.500 1.500 7.500 5.500",
  poll: "M5 20V10M12 20V4M19 20v-7",
  dice: "M5 5h14v14H5zM9 9v.01M15 15v.01M12 12v.01M15 9v.01M9 15v.01",
  sticker: "M4 4h16v9l-7 7H4zM13 20v-7h7",
  play: "M8 5l11 7-11 7z",
  pause: "M8 5v14M16 5v14",
  check: "M4 12.500l5 5L20 6.500",
  ban: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.700 5.700l12.600 12.600",
  mask: "M3 9c3-2 6-2 9 0 3-2 6-2 9 0 0 5-2 8-4.500 8-2 0-3-1.500-4.500-3-1.500 1.500-2.500 3-4.500 3C5 17 3 14 3 9zM8 12h1M15 12h1",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400",
  moon: "M20 14.500A8 8 0 0 1 9.500 4a8 8 0 1 0 10.500 10.500z",
  auto: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 3v18M12 7l6.500-.5M12 12h9M12 17l6.500.5",
  bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  link: "M8 16L16 8M9 8h7v7",
  bot: "M6 9h12v9H6zM12 9V5M12 4.500v.01M9.500 13v.5M14.500 13v.5M3.500 12v3M20.500 12v3",
  group: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 19c.8-3.500 3-5 6.500-5s5.700 1.500 6.500 5M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.300c2 .700 3 2.200 3.500 4.700",
  chat: "M4 5h16v11H11l-5 4v-4H4z",
  wifi: "M3 9c5-5 13-5 18 0M6.500 12.500c3-3 8-3 11 0M10 16c1-1 3-1 4 0M12 19v.01",
  battery: "M3 8h16v8H3zM21 11v2M6 11v2M9 11v2M12 11v2M15 11v2",
  globe: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c3.500 4 3.500 14 0 18M12 3c-3.500 4-3.500 14 0 18",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.500v5l3 2",
  alert: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.500v5.500M12 16.300v.01",
  lamp: "M9 4h6l3 8H6zM12 12v7M8.500 20h7",
  sofa: "M5 11V8a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2v3M3 12.500a2 2 0 0 1 4 0V14h10v-1.500a2 2 0 0 1 4 0V18H3zM5 18v2M19 18v2",
  plant: "M8 15h8l-1 6H9zM12 15V9M12 11c-4 0-6-2-6-6 4 0 6 2 6 6zM12 9c0-3 2-5 5-5 0 3-2 5-5 5",
  cup: "M5 8h11v6a5 5 0 0 1-5 5h-1a5 5 0 0 1-5-5zM16 9.500h2a2 2 0 0 1 0 5h-2M8 4.500v-1M12 4.500v-1",
  flag: "M6 21V4h12l-3 4 3 4H6",
};

/** An icon as SVG; hidden from screen readers, for its button has a name. */
export function icon(name, extra = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon ${extra}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
