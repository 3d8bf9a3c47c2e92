// Bars drawn by Chart.js in the colours of the page, drawn anew when those change.

const drawn = new Map();

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const [canvas, chart] of [...drawn]) drawBars(canvas, chart.bars);
});

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * Draws lying bars: `labels` down the side, `series` of {title, color, values} side by side in each
 * bar, and where there is one, a line across all bars at `mark`: {value, title}.
 */
export async function drawBars(canvas, bars) {
  if (!globalThis.Chart) await import("./chart-4.4.0.js");
  drawn.get(canvas)?.chart.destroy();
  const [ink, faint] = [color("--ink"), color("--line")];
  canvas.parentElement.style.height = `${bars.labels.length * 26 + 84}px`;
  const axis = {
    grid: { color: faint }, border: { color: faint },
    ticks: { color: ink, autoSkip: false, precision: 0 }, stacked: true,
  };
  const chart = new globalThis.Chart(canvas, {
    type: "bar",
    data: {
      labels: bars.labels,
      datasets: bars.series.map((series) => ({
        label: series.title, data: series.values, backgroundColor: color(series.color),
        borderColor: color("--paper"), borderWidth: { right: 1 }, borderSkipped: false,
        maxBarThickness: 20,
      })),
    },
    options: {
      indexAxis: "y", responsive: true, maintainAspectRatio: false, animation: false,
      locale: navigator.language,
      scales: {
        x: { ...axis, beginAtZero: true, ticks: { ...axis.ticks, autoSkip: true } },
        y: { ...axis, grid: { display: false }, ticks: { ...axis.ticks, callback: shortName } },
      },
      plugins: {
        legend: {
          display: bars.series.length > 1, position: "bottom", onClick: null,
          labels: { color: ink, boxWidth: 12, boxHeight: 12 },
        },
      },
    },
    plugins: bars.mark ? [lineAcross(bars.mark, ink)] : [],
  });
  drawn.set(canvas, { chart, bars });
}

/** A name as far as there is room beside the bars; the tables have it whole. */
function shortName(index) {
  const name = this.getLabelForValue(index);
  const most = this.chart.width < 480 ? 18 : 40;
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}

const lineAcross = (mark, ink) => ({
  id: "mark",
  afterDatasetsDraw({ ctx, chartArea, scales }) {
    const x = scales.x.getPixelForValue(mark.value);
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = ink;
    ctx.setLineDash([4, 3]);
    ctx.beginPath();
    ctx.moveTo(x, chartArea.top);
    ctx.lineTo(x, chartArea.bottom);
    ctx.stroke();
    ctx.restore();
  },
});
