import { keepCompiled } from '@holdfast/runtime/keep-compiled'

keepCompiled(process.env)
const [{ runService }, { createDesk }, { paymentStopDesk }] = await Promise.all([
  import('@holdfast/service-kit'),
  import('./app.ts'),
  import('./payment-stops/payment-stop-desk.ts'),
])
await runService(createDesk([paymentStopDesk]), process.env)
