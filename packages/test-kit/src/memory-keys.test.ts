import { describeKeyStoreContract } from './key-store-contract.ts'
import { createMemoryKeys } from './memory-keys.ts'

describeKeyStoreContract('in memory', {
  open: async () => {
    const keys = createMemoryKeys()
    return [keys.store(), keys.store()]
  },
})
