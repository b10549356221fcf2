/** What is asked without a socket. */
export interface Asked {
  readonly way: 'asked'
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer | undefined
  /** Whose requests an answer may speak of. */
  readonly by: string
}

/** What is written to a socket. */
export interface Written {
  readonly way: 'written'
  readonly bytes: Buffer
  readonly by: string
}

/** A record of a door by Kafka. */
export interface Published {
  readonly way: 'published'
  readonly topic: string
  readonly key: string
  readonly bytes: Buffer
  readonly headers: Readonly<Record<string, string>>
  readonly by: string
}

export const doors = ['http', 'kafka', 'xml'] as const
export type Door = (typeof doors)[number]

export interface Input {
  readonly number: number
  readonly door: Door
  /** How it was made. */
  readonly made: string
  readonly sent: Asked | Written | Published
}

/** What is sent, and how it was made. */
export interface Made<S> {
  readonly made: string
  readonly sent: S
}
