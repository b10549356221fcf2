import { entriesMax, type OpenPayments } from '@holdfast/stores'
import { beforeEach, describe, expect, it } from 'vitest'
import { awkward } from './awkward.ts'

export interface OpenPaymentsHarness {
  /** Open payments of which none is held yet. */
  open(): Promise<OpenPayments>
}

/** What each promise of the open payments port means. */
export function describeOpenPaymentsContract(name: string, harness: OpenPaymentsHarness): void {
  describe(`${name}: open payments`, () => {
    let payments: OpenPayments

    beforeEach(async () => {
      payments = await harness.open()
    })

    it('keeps a payment for the first request that claims it', async () => {
      expect(await payments.claim('uetr:1', 'first')).toBe('first')
      expect(await payments.claim('uetr:1', 'second')).toBe('first')
      expect(await payments.claim('uetr:1', 'first')).toBe('first')
      expect(await payments.claim('uetr:2', 'second')).toBe('second')
    })

    it('names the same one to fifty requests that come at once', async () => {
      const standing = await Promise.all(Array.from({ length: 50 }, (_, index) => payments.claim('uetr:1', `request-${index}`)))
      expect(new Set(standing).size).toBe(1)
      const [winner = ''] = standing
      expect(standing.indexOf(winner)).toBe(Number(winner.replace('request-', '')))
    })

    it('lets go only for the request that holds the payment', async () => {
      await payments.claim('uetr:1', 'first')
      await payments.claim('uetr:2', 'first')
      await payments.release([{ paymentKey: 'uetr:1', requestId: 'second' }])
      expect(await payments.claim('uetr:1', 'second')).toBe('first')
      await payments.release([
        { paymentKey: 'uetr:1', requestId: 'first' },
        { paymentKey: 'uetr:unknown', requestId: 'first' },
      ])
      expect(await payments.claim('uetr:1', 'second')).toBe('second')
      expect(await payments.claim('uetr:2', 'second')).toBe('first')
    })

    it('has nothing to release in an empty call, and a limit on a full one', async () => {
      await payments.release([])
      const many = Array.from({ length: entriesMax + 1 }, (_, index) => ({ paymentKey: `${index}`, requestId: 'first' }))
      await expect(payments.release(many)).rejects.toThrow(RangeError)
    })

    it('tells payment keys apart whatever is in them', async () => {
      const keys = [awkward, '{1}', '{2}', '', 'é', 'e\u0301', 'k'.repeat(300)]
      for (const key of keys) expect(await payments.claim(key, `request of ${key}`)).toBe(`request of ${key}`)
    })
  })
}
