import classes from './sparkline.module.css'

const width = 96
const height = 24

type SparklineProps = { values: readonly number[]; label: string }

/** Daily amounts as small bars; `label` says the same in words. */
export function Sparkline({ values, label }: SparklineProps) {
  const most = Math.max(...values, 1)
  const step = width / values.length
  return (
    <svg
      className={classes.sparkline}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} className={classes.base} />
      {values.map((value, index) => {
        const bar = value === 0 ? 0 : Math.max(2, (value / most) * (height - 2))
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its day, and days do not move
            key={index}
            x={index * step}
            y={height - bar}
            width={Math.max(step - 1, 1)}
            height={bar}
          />
        )
      })}
    </svg>
  )
}
