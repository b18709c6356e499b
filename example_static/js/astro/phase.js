import { julian } from "./time.js"
import { words } from "./words.js"

const NEW_MOON = 2451550.1
export const MONTH = 29.530588853

/** How far the Moon is through her month: 0 new, 0.5 full. */
export function phase(date) {
  const turns = (julian(date) - NEW_MOON) / MONTH
  return turns - Math.floor(turns)
}

/** The phase of a date in words: asks words.js, which asks back for MONTH. */
export const describe = (date) => words(phase(date))
