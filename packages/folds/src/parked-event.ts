import { type ParkedEvent, parkedSchema, parseJson, parseStored } from '@holdfast/schemas'

/** What a record of `freeze.parked` says; undefined for a value that says nothing of the kind. */
export function parkedEventIn(value: string): ParkedEvent | undefined {
  const json = parseJson(value)
  const event = json.ok ? parseStored(parkedSchema, json.value) : json
  return event.ok ? event.value : undefined
}
