import { commandTypeOf, type ParkedBodyOf, parseJson } from '@holdfast/schemas'

const keyCommands: ReadonlySet<string> = new Set(['OrderErasure', 'RecordDestruction', 'ConfirmDestruction'].map(commandTypeOf))

/**
 * Whether a command concerns only the keys of its request: an erasure with dual approval, the end of the retention, or
 * the destruction of keys.
 */
export const isKeyCommand = ({ type, data }: { readonly type: string; readonly data: unknown }): boolean =>
  keyCommands.has(type) || (type === commandTypeOf('DeadlinePassed') && (data as { kind?: unknown }).kind === 'retention')

/** Whether a stored command orders an erasure. */
export function isErasureOrder(value: string): boolean {
  const type = commandTypeOf('OrderErasure')
  if (!value.includes(type)) return false
  const json = parseJson(value)
  return json.ok && (json.value as { type?: unknown } | null)?.type === type
}

/**
 * Whether the ledger decides key commands of a parked request at once: by law, an erasure must not wait for a bug fix.
 * The state is known only where a command threw, and not a fact.
 */
export const decidesKeyCommands = ({ threwOn }: Pick<ParkedBodyOf<'parked'>, 'threwOn'>): boolean => threwOn === 'command'
