import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { printEntries } from '../../docs/print-json.ts'
import { pictureOf } from './picture.ts'
import type { Figures } from './report.ts'

/** Writes figures for machines. Returns the path. */
export function writeReport(folder: string, report: { readonly at: string }): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${report.at.replace(/[:.]/g, '-')}.json`)
  writeFileSync(file, `${JSON.stringify(report, roundNumbers, 2)}\n`)
  return file
}

/** Writes the record of a run next to its report, as a table and as a picture. Returns the paths. */
export function writeFigures(reportFile: string, figures: Figures): string[] {
  const rounded: Figures = JSON.parse(JSON.stringify(figures, roundNumbers))
  const texts = { 'figures.json': printEntries(rounded), svg: pictureOf(rounded) }
  return Object.entries(texts).map(([ending, text]) => {
    const file = reportFile.replace(/json$/, ending)
    writeFileSync(file, text)
    return file
  })
}

const roundNumbers = (_key: string, value: unknown): unknown => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value)
