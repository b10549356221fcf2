/** What is asked without a socket. */
export interface HttpInput {
  readonly way: 'asked'
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer | undefined
  /** Whose requests an answer may speak of. */
  readonly by: string
}

/** What is written to a socket. */
export interface SocketInput {
  readonly way: 'written'
  readonly bytes: Buffer
  readonly by: string
}

/** A record of a door by Kafka. */
export interface KafkaInput {
  readonly way: 'published'
  readonly topic: string
  readonly key: string
  readonly bytes: Buffer
  readonly headers: Readonly<Record<string, string>>
  readonly by: string
}

export const endpoints = ['http', 'kafka', 'xml'] as const
export type Endpoint = (typeof endpoints)[number]

export interface Input {
  readonly number: number
  readonly door: Endpoint
  /** How it was made. */
  readonly made: string
  readonly sent: HttpInput | SocketInput | KafkaInput
}

/** What is sent, and how it was made. */
export interface DrawnInput<S> {
  readonly made: string
  readonly sent: S
}
