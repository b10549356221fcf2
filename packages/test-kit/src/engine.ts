import type { Streams } from '@holdfast/streams'

/** Where an engine is asked, and where the keys of its development members are. */
export interface Addresses {
  /** Where requests are sent. */
  readonly intakeUrl: string
  /** Where requests are looked at and acted on. */
  readonly deskUrl: string
  readonly dataDir: string
}

/** A running engine, whatever it stands on. */
export interface Engine extends Addresses {
  /** The streams as an institution or member system reaches them. */
  readonly streams: Streams
  stop(): Promise<void>
}

/** Settings by their names in the environment. One that is undefined is left to its default. */
export type Settings = Readonly<Record<string, string | undefined>>

/** The same, where they name files in the folder of the engine. */
export type SettingsIn = Settings | ((folder: string) => Settings)

export const settingsIn = (folder: string, settings: SettingsIn = {}): Settings =>
  typeof settings === 'function' ? settings(folder) : settings

/** All load comes from one member, which no engine would let have so much. The quotas are counted all the same. */
export const loadOfOneMember = { HOLDFAST_REQUESTS_PER_SECOND: '1000000', HOLDFAST_BYTES_PER_SECOND: '1000000000' } as const

/** A test asks as often as it likes, on any disk. */
export const testSettings = { ...loadOfOneMember, HOLDFAST_DISK_FREE_MB: '0' } as const
