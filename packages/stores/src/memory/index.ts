export { createMemoryStores, type MemoryStores, type MemoryStoresOptions } from './memory-stores.ts'
export type { Call, Perform } from './perform.ts'
export type { StoresState } from './state.ts'
