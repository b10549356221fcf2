export { createMemoryStores, type MemoryStores, type MemoryStoresOptions } from './memory-stores.ts'
export { type Call, type Perform, performAtOnce } from './perform.ts'
export type { StoresState } from './state.ts'
