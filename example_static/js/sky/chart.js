import { siderealHours } from "astro"
import { words } from "astro/words.js"
import { phase } from "../astro/phase.js"

const canvas = document.querySelector("[data-chart]")
const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" })

// The chart shows the evening of the season, 22:00 in the middle of the month, not this very second.
const now = new Date()
const evening = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 15, 21))

let sky = []

function draw(lines) {
  const pen = canvas.getContext("2d")
  const { width, height } = canvas
  const radius = height / 2 - 20
  const spot = ({ x, y }) => [width / 2 + x * radius, height / 2 + y * radius]
  pen.clearRect(0, 0, width, height)
  pen.strokeStyle = "#38427f"
  pen.lineWidth = 2
  pen.beginPath()
  pen.arc(width / 2, height / 2, radius, 0, 7)
  pen.stroke()
  if (lines) lines(pen, sky, spot)
  pen.font = "13px Georgia, serif"
  for (const star of sky) {
    const [x, y] = spot(star)
    pen.fillStyle = "#fff4dc"
    pen.beginPath()
    pen.arc(x, y, Math.max(1.2, 4.2 - star.magnitude), 0, 7)
    pen.fill()
    if (star.magnitude < 1.3) {
      pen.fillStyle = "#aab2dc"
      pen.fillText(star.name, x + 8, y + 4)
    }
  }
}

worker.onmessage = ({ data }) => {
  sky = data
  draw()
  document.getElementById("chart-words").textContent = `${data.length} bright stars stand above the horizon this month at ten. ${words(phase(now))}`
}
worker.postMessage(siderealHours(evening))

$("[data-lines]").on("click", async () => {
  const { figures } = await import("./figures.js")
  draw(figures)
})
