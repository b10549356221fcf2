import type { Boundary } from '../threat.ts'

export const ordersToBanks: Boundary = {
  title: 'Engine → bank, by topic, webhook and folder',
  threats: [
    {
      stride: 'S',
      threat: 'an attacker orders a bank as the engine',
      control:
        'The engine signs webhook calls and orders. Only dispatch, and the desk for redrives, write order topics ([ADR 63](../adr/0063-sign-orders-and-notifications-with-the-engines-key.md)).',
      code: [
        'packages/directory/src/webhook-signature.ts',
        'packages/trust/src/signatures/engine-signatures.ts',
        'services/dispatch/src/orders/order-of-fact.ts',
        'packages/access/src/backends/table.ts',
      ],
      tests: [
        ['packages/directory/src/webhook-signature.test.ts', 'refuses another key', 'refuses no signature'],
        [
          'services/dispatch/src/deliveries/attempt-delivery.test.ts',
          'whose secret is missing waits for a repair, and nothing is sent unsigned',
        ],
        [
          'packages/trust/src/signatures/engine-signatures.test.ts',
          'an order that %s is not the engine’s',
          'a library that knows nothing of the engine verifies it by the published key',
        ],
        [
          'packages/bank-simulator/src/receive-deliveries.test.ts',
          'what the engine has not signed is not, in any delivery: without a signature, with another’s, or with other words',
        ],
        ['tests/journeys/permissions.test.ts', '$name, who $about, reads and writes what the table says, and not one topic more'],
      ],
      notCovered: 'a bank that does not verify; a camt.056 in a folder, which has no field for a signature',
    },
    {
      stride: 'S',
      threat: 'an attacker takes the place of a bank',
      control: 'Webhooks need TLS with a valid certificate. No environment setting changes this.',
      code: ['services/dispatch/src/deliveries/post-webhook.ts'],
      tests: [
        [
          'services/dispatch/src/deliveries/post-webhook.test.ts',
          'that is self-signed is rejected, whatever the environment says',
          'of another host is rejected',
          'that has expired is rejected',
        ],
      ],
    },
    {
      stride: 'T',
      threat: 'an order is changed on its way, or sent again later',
      control: 'The webhook signature covers body, id and time. By topic and file, the order itself is signed.',
      code: ['packages/directory/src/webhook-signature.ts', 'packages/trust/src/signatures/engine-signatures.ts'],
      tests: [
        [
          'packages/directory/src/webhook-signature.test.ts',
          'refuses another body',
          'refuses a replayed delivery, and a clock that is ahead by as much',
        ],
      ],
      notCovered: 'by topic and file, a repeated order is the same order, by its id',
    },
    {
      stride: 'R',
      threat: 'a bank claims that it never had an order',
      control: 'Each outcome is recorded with attempts and channel.',
      code: ['services/dispatch/src/deliveries/courier.ts'],
      tests: [
        [
          'services/dispatch/src/deliveries/courier.test.ts',
          'is delivered once, and its outcome has the recipient and the number of attempts',
        ],
        [
          'services/dispatch/src/deliveries/start-deliveries.test.ts',
          'becomes a report, from which the ledger makes a fact of the request',
        ],
      ],
      notCovered: 'a bank signs no receipt: 2xx is its only confirmation, and topic readers confirm nothing',
    },
    {
      stride: 'I',
      threat: 'a webhook address resolves or redirects to an internal machine',
      control: 'The engine connects only to the public address that it checked, and follows no redirect.',
      code: ['services/dispatch/src/deliveries/reachable-address.ts'],
      tests: [
        ['services/dispatch/src/deliveries/reachable-address.test.ts', 'does not resolve if one of them is not public'],
        [
          'services/dispatch/src/deliveries/post-webhook.test.ts',
          'a name that resolves to a private address after the check still uses the checked address',
          'that redirects is not followed',
        ],
      ],
      notCovered: 'all of it with `HOLDFAST_WEBHOOKS_PRIVATE=allow`',
    },
    {
      stride: 'I',
      threat: 'an order is put where others read it',
      control: "The file is complete, named by its id, and readable by the folder's group only. Secret names cannot leave their folder.",
      code: ['services/dispatch/src/deliveries/drop-file.ts', 'packages/directory/src/webhook-secrets.ts'],
      tests: [
        [
          'services/dispatch/src/deliveries/drop-file.test.ts',
          'an order is one complete file named by its id and readable by its group, whatever the engine’s umask',
        ],
        ['packages/directory/src/webhook-secrets.test.ts', 'no name leads out of the folder'],
      ],
      notCovered: "an order has the payment's names and accounts in plaintext",
    },
    {
      stride: 'D',
      threat: 'a bank is slow, hangs, or answers without an end',
      control: 'Each endpoint has its own connection and circuit breaker. Answers have limits of time and size.',
      code: [
        'services/dispatch/src/deliveries/courier.ts',
        'services/dispatch/src/deliveries/circuit.ts',
        'services/dispatch/src/deliveries/post-webhook.ts',
      ],
      tests: [
        ['services/dispatch/src/deliveries/courier.test.ts', 'that is slow delays no other endpoint, however many are slow'],
        [
          'services/dispatch/src/deliveries/post-webhook.test.ts',
          'that sends an endless body is cut off, and its status counts',
          'that sends its body slowly is cut off at the time limit, and its status counts',
        ],
      ],
    },
    {
      stride: 'D',
      threat: "one bank's missing webhook secret keeps the engine from starting",
      control: 'Only that bank gets no calls, and operators see its name.',
      code: ['services/dispatch/src/deliveries/watch-secrets.ts'],
      tests: [
        [
          'services/dispatch/src/deliveries/start-deliveries.test.ts',
          'does not prevent the engine from starting',
          'delays no other bank, is reported to operators, and receives its orders once the secret is restored',
        ],
      ],
    },
    {
      stride: 'E',
      threat: 'an answer to a webhook makes the engine act',
      control: 'The engine reads only the status, and a pause of at most ten minutes.',
      code: ['services/dispatch/src/deliveries/attempt-result.ts'],
      tests: [
        ['services/dispatch/src/deliveries/attempt-result.test.ts', 'gets ten minutes at most'],
        ['services/dispatch/src/deliveries/drop-file.test.ts', 'no order id can name a path outside the folder'],
      ],
    },
  ],
}
