export { createMemoryStores, type MemoryStores, type MemoryStoresOptions } from './memory-stores/memory-stores.ts'
export { type Call, type Perform, performAtOnce } from './memory-stores/perform.ts'
export type { StoresState } from './memory-stores/state.ts'
