import { deliverySchemaOf } from '@holdfast/schemas'
import type { z } from 'zod'
import { type Order, orderSchema } from './orders.ts'

export const deliverySchema = deliverySchemaOf(orderSchema).meta({
  title: 'Delivery',
  description: 'A record of freeze.deliveries.',
})
export type Delivery = z.output<typeof deliverySchema>

/** The provider that has the wallet, if the payment went to one. */
export const vaspOf = ({ payment }: Pick<Order['data'], 'payment'>): string | undefined => payment.wallet?.vasp
