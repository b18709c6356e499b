import { STARS } from "../astro/stars.js"

// Stereographic, seen from 52° north: the horizon is the unit circle.
const LATITUDE = (52 * Math.PI) / 180

function place([name, hours, degrees, magnitude], sidereal) {
  const angle = ((sidereal - hours) * Math.PI) / 12
  const height = (degrees * Math.PI) / 180
  const up = Math.sin(height) * Math.sin(LATITUDE) + Math.cos(height) * Math.cos(LATITUDE) * Math.cos(angle)
  const north = Math.sin(height) * Math.cos(LATITUDE) - Math.cos(height) * Math.sin(LATITUDE) * Math.cos(angle)
  const west = Math.cos(height) * Math.sin(angle)
  return { name, magnitude, up, x: west / (1 + up), y: -north / (1 + up) }
}

self.onmessage = ({ data }) => {
  self.postMessage(STARS.map((star) => place(star, data)).filter((star) => star.up > 0))
}
