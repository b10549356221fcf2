import { keepCompiled } from '@holdfast/runtime/keep-compiled'

keepCompiled(process.env)
const [{ runService }, { createDispatch }, { banks }, { paymentStop }] = await Promise.all([
  import('@holdfast/service-kit'),
  import('./app.ts'),
  import('./answers/bank-answers.ts'),
  import('@holdfast/payment-stop'),
])
await runService(createDispatch(paymentStop, banks), process.env)
