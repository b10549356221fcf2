import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Writes figures for machines; returns where. */
export function writeReport(folder: string, report: { readonly at: string }): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${report.at.replace(/[:.]/g, '-')}.json`)
  writeFileSync(file, `${JSON.stringify(report, roundNumbers, 2)}\n`)
  return file
}

const roundNumbers = (_key: string, value: unknown): unknown => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value)
