export { createMemoryLog, type MemoryLog, type MemoryLogOptions } from './memory-streams/memory-log.ts'
export { createMemoryStreams, type MemoryStreamsOptions } from './memory-streams/memory-streams.ts'
export type { Call, Perform } from './memory-streams/perform.ts'
