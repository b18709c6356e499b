// The front door of the library: what pages ask for as "astro".
export { julian, siderealHours } from "./time.js";
export { phase } from "./phase.js";
export { words } from "./words.js";
