// Loaded when asked for: the figures, star to star.
const FIGURES = [
  ["Dubhe", "Merak", "Phecda", "Megrez", "Dubhe"], ["Megrez", "Alioth", "Mizar", "Alkaid"],
  ["Caph", "Schedar", "Gamma Cas", "Ruchbah", "Segin"], ["Deneb", "Sadr", "Albireo"], ["Vega", "Deneb", "Altair", "Vega"],
  ["Betelgeuse", "Bellatrix", "Mintaka", "Rigel", "Saiph", "Alnitak", "Betelgeuse"], ["Mintaka", "Alnilam", "Alnitak"],
  ["Alpheratz", "Scheat", "Markab", "Algenib", "Alpheratz", "Mirach", "Almach"],
]

export function figures(pen, sky, spot) {
  const stars = new Map(sky.map((star) => [star.name, star]))
  pen.strokeStyle = "#ffc26688"
  pen.lineWidth = 1.5
  for (const figure of FIGURES) {
    pen.beginPath()
    let on = false
    for (const name of figure) {
      const star = stars.get(name)
      if (star) pen[on ? "lineTo" : "moveTo"](...spot(star))
      on = Boolean(star)
    }
    pen.stroke()
  }
}
