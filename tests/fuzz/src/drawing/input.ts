/** A request without a socket. */
export interface HttpInput {
  readonly way: 'asked'
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer | undefined
  /** The sender whose requests an answer can contain. */
  readonly by: string
}

/** Bytes for a socket. */
export interface SocketInput {
  readonly way: 'written'
  readonly bytes: Buffer
  readonly by: string
}

/** A record for an ingress topic. */
export interface KafkaInput {
  readonly way: 'published'
  readonly topic: string
  readonly key: string
  readonly bytes: Buffer
  readonly headers: Readonly<Record<string, string>>
  readonly by: string
}

export const allEndpoints = ['http', 'kafka', 'xml'] as const
export type Endpoint = (typeof allEndpoints)[number]

export interface Input {
  readonly number: number
  readonly endpoint: Endpoint
  /** How it was made. */
  readonly made: string
  readonly sent: HttpInput | SocketInput | KafkaInput
}

/** The input, and how it was made. */
export interface DrawnInput<S> {
  readonly made: string
  readonly sent: S
}
