const J2000 = 2451545.0

/** Julian day of a date. */
export const julian = (date) => date.getTime() / 86400000 + 2440587.5

/** Sidereal time at Greenwich, in hours. */
export function siderealHours(date) {
  const days = julian(date) - J2000
  return (((18.697374558 + 24.06570982441908 * days) % 24) + 24) % 24
}
