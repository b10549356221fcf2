import { type ParkedEvent, parkedSchema, parseJson, parseStored } from '@holdfast/schemas'

/** Parses a record of `freeze.parked`. Returns undefined for any other value. */
export function parkedEventIn(value: string): ParkedEvent | undefined {
  const json = parseJson(value)
  const event = json.ok ? parseStored(parkedSchema, json.value) : json
  return event.ok ? event.value : undefined
}
