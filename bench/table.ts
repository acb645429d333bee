/** One measurement, as it is printed. */
export interface Line {
  readonly what: string
  readonly figure: string
  /** The bare limit beside it, measured in the same run. */
  readonly beside: string
  readonly ratio: string
  readonly verdict: 'met' | 'missed' | ''
  readonly note: string
}

const HEAD: Line = { what: 'what', figure: 'figure', beside: 'beside', ratio: 'ratio', verdict: '', note: '' }

/** The measurements in columns. */
export function table(lines: readonly Line[]): string {
  const rows = [HEAD, ...lines].map(({ what, figure, beside, ratio, verdict, note }) => [
    what,
    figure,
    beside,
    ratio,
    verdict,
    note,
  ])
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
