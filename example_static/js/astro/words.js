import { MONTH } from "./phase.js"

const NAMES = ["new", "a waxing crescent", "at first quarter", "waxing gibbous", "full", "waning gibbous", "at last quarter", "a waning crescent"]

/** A phase (0 … 1) as a sentence. */
export function words(phase) {
  const name = NAMES[Math.round(phase * 8) % 8]
  const days = Math.round(((1.5 - phase) % 1) * MONTH)
  return `The Moon is ${name}. ${days === 0 ? "Full tonight: come and be dazzled." : `Full again in ${days} ${days === 1 ? "day" : "days"}.`}`
}
