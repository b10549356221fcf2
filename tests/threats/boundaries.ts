import { bankAnswers } from './boundaries/bank-answers.ts'
import { bankFiles } from './boundaries/bank-files.ts'
import { browser } from './boundaries/browser.ts'
import { exportBoundary } from './boundaries/export.ts'
import { files } from './boundaries/files.ts'
import { kafka } from './boundaries/kafka.ts'
import { memberHttp } from './boundaries/member-http.ts'
import { memberKafka } from './boundaries/member-kafka.ts'
import { openidProvider } from './boundaries/openid-provider.ts'
import { operator } from './boundaries/operator.ts'
import { ordersToBanks } from './boundaries/orders-to-banks.ts'
import { redis } from './boundaries/redis.ts'
import type { Boundary } from './threat.ts'

/** The boundaries of the engine, with the file that describes each. The first has number 1. */
export const boundaries: readonly (readonly [file: string, boundary: Boundary])[] = [
  ['member-http', memberHttp],
  ['member-kafka', memberKafka],
  ['bank-answers', bankAnswers],
  ['bank-files', bankFiles],
  ['orders-to-banks', ordersToBanks],
  ['browser', browser],
  ['openid-provider', openidProvider],
  ['operator', operator],
  ['kafka', kafka],
  ['redis', redis],
  ['files', files],
  ['export', exportBoundary],
]
