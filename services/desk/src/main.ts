import { keepCompiled } from '@holdfast/runtime/keep-compiled'

keepCompiled(process.env)
const [{ runService }, { createDesk }, { paymentStop }] = await Promise.all([
  import('@holdfast/service-kit'),
  import('./app.ts'),
  import('@holdfast/payment-stop'),
])
await runService(createDesk(paymentStop), process.env)
