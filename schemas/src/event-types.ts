// Commands and facts as every workflow has them. A workflow knows their kinds and data.

export const commandTypePrefix = 'holdfast.command.v1.'
export const factTypePrefix = 'holdfast.fact.v1.'

/** Whether a type is a fact type, also of a newer version. */
export const isFactType = (type: unknown): type is string => typeof type === 'string' && type.startsWith('holdfast.fact.')

/** The `prevhash` of the first fact of every request. */
export const chainStart = '0'.repeat(64)

/** The type of a command of any workflow. */
export const commandTypeOf = (kind: string): string => `${commandTypePrefix}${kind}`

/** A command of any workflow. */
export interface CommandEvent {
  readonly id: string
  readonly source: string
  readonly type: string
  readonly subject: string
  readonly time: string
  readonly actor: string
  readonly actorproof?: string | undefined
  readonly encryptedactor?: string | undefined
  readonly causationid?: string | undefined
  readonly correlationid?: string | undefined
  readonly orderid?: string | undefined
  readonly traceparent?: string | undefined
  readonly data: object
}

/** A fact of any workflow, as far as the state of its request depends on it. */
export interface FactEvent {
  readonly type: string
  readonly subject: string
  readonly time: string
  readonly actor: string
  readonly actorproof?: string | undefined
  readonly encryptedactor?: string | undefined
  readonly decryptedactor?: string | undefined
  readonly causationid: string
  readonly critical?: boolean | undefined
  readonly sequence: number
  readonly prevhash: string
  readonly hash: string
  readonly data: object
}

/** A fact that was just decided, before its hash is known. */
export interface UnhashedFact extends Omit<FactEvent, 'hash' | 'decryptedactor'> {
  readonly id: string
  readonly phase: string
}

/** A fact in a ledger. */
export interface LedgerFact extends FactEvent, Pick<UnhashedFact, 'id' | 'phase'> {
  /** The order that it answers. */
  readonly orderid?: string | undefined
  readonly correlationid?: string | undefined
  readonly traceparent?: string | undefined
}
