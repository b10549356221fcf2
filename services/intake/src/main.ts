import { keepCompiled } from '@holdfast/runtime/keep-compiled'

keepCompiled(process.env)
const [{ runService }, { createIntake }, { paymentStop }] = await Promise.all([
  import('@holdfast/service-kit'),
  import('./app.ts'),
  import('@holdfast/payment-stop'),
])
await runService(createIntake(paymentStop), process.env)
