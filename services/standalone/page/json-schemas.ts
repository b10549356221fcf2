import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { paymentStopSchemas } from '@holdfast/payment-stop/json-schemas'
import { engineSchemas, jsonSchemasOf } from '@holdfast/schemas/json-schemas'

const folder = join(import.meta.dirname, '../../../schemas/generated')

/** The JSON Schemas of the engine and of its workflows, by file name. */
export const jsonSchemas = (): ReadonlyMap<string, string> =>
  new Map([...jsonSchemasOf(engineSchemas), ...jsonSchemasOf(paymentStopSchemas)])

/** Writes `schemas/generated`. With `--check` it compares instead, and lists each file that differs. */
export function writeJsonSchemas(): void {
  mkdirSync(folder, { recursive: true })
  const wanted = jsonSchemas()
  const present = new Map(readdirSync(folder).map(name => [name, readFileSync(join(folder, name), 'utf8')]))
  const drifted = [...new Set([...wanted.keys(), ...present.keys()])].filter(name => wanted.get(name) !== present.get(name)).sort()

  if (process.argv.includes('--check')) {
    for (const name of drifted) console.error(`schemas/generated/${name} differs from its source: run npm run generate`)
    if (drifted.length > 0) process.exitCode = 1
    else console.log(`schemas/generated: ${wanted.size} schemas match their sources`)
    return
  }
  for (const name of drifted) {
    const text = wanted.get(name)
    if (text === undefined) rmSync(join(folder, name))
    else writeFileSync(join(folder, name), text)
  }
  console.log(`schemas/generated: ${wanted.size} schemas, ${drifted.length} changed`)
}
