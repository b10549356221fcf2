export { createMemoryLog, type MemoryLog, type MemoryLogOptions } from './memory-log.ts'
export { createMemoryStreams, type MemoryStreamsOptions } from './memory-streams.ts'
export type { Call, Perform } from './perform.ts'
