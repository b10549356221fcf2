import { describeKeyStoreContract } from '../../../test-kit/src/key-store-contract.ts'
import { createMemoryKeys } from './key-store.ts'

describeKeyStoreContract('in memory', {
  open: async () => {
    const keys = createMemoryKeys()
    return [keys.store(), keys.store()]
  },
})
