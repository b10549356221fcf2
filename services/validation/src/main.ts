import { keepCompiled } from '@holdfast/runtime/keep-compiled'

keepCompiled(process.env)
const [{ runService }, { createValidation }, { paymentStop }] = await Promise.all([
  import('@holdfast/service-kit'),
  import('./app.ts'),
  import('@holdfast/payment-stop'),
])
await runService(createValidation(paymentStop), process.env)
