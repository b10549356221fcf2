import type { Boundary } from '../threat.ts'

export const bankAnswers: Boundary = {
  title: 'Bank → answers, by HTTP and Kafka',
  threats: [
    {
      stride: 'S',
      threat: 'a bank or country system answers an order of another bank or country',
      control:
        'An order exists only for its country. If its bank has a key, only that key answers ([ADR 54](../adr/0054-register-every-key-for-exactly-one-owner.md)).',
      code: [
        'services/dispatch/src/answers/match-answers.ts',
        'packages/access/src/directory/may-answer.ts',
        'workflows/payment-stop/src/lifecycle/institution-keys.ts',
      ],
      tests: [
        ['tests/journeys/a-request.test.ts', 'an institution of another country can not answer for this one'],
        [
          'services/dispatch/src/answers/on-answer.test.ts',
          'is unknown although it names an existing request, if no order was sent for it',
        ],
        [
          'packages/access/src/directory/may-answer.test.ts',
          'a key of the country answers as institution if no institution has its own key, and a folder for its institutions in the directory',
          'the FIU answers orders that the directory gives to no institution',
        ],
        [
          'tests/journeys/institutions-of-their-own.test.ts',
          'a bank answers its own orders; another bank’s order does not exist for it',
          'by Kafka another bank’s order does not exist, and a revoked key is refused by HTTP and by Kafka',
          'the country cannot give %s for a bank with its own key, and the desk says so in advance',
          'the ledger refuses a command for a bank with its own key that has no answer as its cause',
          'the ledger refuses a command of the FIU for a bank that the directory sends orders to',
        ],
        ['workflows/payment-stop/src/lifecycle/institution-keys.test.ts', 'refuses %s in answer to an order to the former institution'],
        [
          'services/desk/src/commands/institution-keys.test.ts',
          'no other sender acts for an institution that has a key of its own, and the actions say why',
          'the FIU does not act for an institution that the directory gives orders to',
        ],
      ],
      notCovered:
        "banks without a registered key, which use their country's; folders; a Financial Intelligence Unit (FIU) at a desk without a directory",
    },
    {
      stride: 'T',
      threat: "a bank's message is a bomb, refers to files, or declares a wrong encoding",
      control: 'The parser reads no DTD and no entities, and enforces limits while it reads.',
      code: ['workflows/payment-stop/src/iso20022/xml/read-xml.ts'],
      tests: [
        [
          'workflows/payment-stop/src/iso20022/xml/hostile.test.ts',
          'an entity bomb never goes off',
          'an external entity or subset is never fetched',
          'a wrong, undeclared or unknown encoding is refused and never guessed',
        ],
      ],
    },
    {
      stride: 'T',
      threat: 'other content comes under an old number',
      control: 'An answer is identified by its number and content.',
      code: ['services/dispatch/src/answers/command-of-answer.ts'],
      tests: [
        ['services/dispatch/src/answers/post-answers.test.ts', 'under the number of another message is refused'],
        [
          'services/dispatch/src/answers/on-answer.test.ts',
          'another answer under an old id is another command, and makes another notification if it is about no order',
        ],
      ],
      notCovered: 'by Kafka, and by HTTP after 30 days, it is a separate answer and not refused',
    },
    {
      stride: 'R',
      threat: 'a bank denies its answer',
      control: "The country's topic stores the message unchanged. Each fact names its order.",
      code: ['services/dispatch/src/answers/store-bank-message.ts'],
      tests: [
        [
          'services/dispatch/src/answers/bank-messages.test.ts',
          'the country’s topic stores the message as received, with the interpretation of each part, and each command names its order',
        ],
      ],
      notCovered:
        "the message stays 30 days without the bank's signature; JSON by Kafka can have one ([ADR 61](../adr/0061-let-senders-sign-their-events.md))",
    },
    {
      stride: 'I',
      threat: "a bank sees a request, or another bank's order",
      control: "A bank's own key gives access to its own orders only.",
      code: ['packages/http/src/admit.ts', 'services/desk/src/payment-stops/orders/get-own-orders.ts'],
      tests: [
        [
          'tests/journeys/institutions-of-their-own.test.ts',
          'a bank can neither read a request nor give a command on it',
          'a bank lists and reads its own orders only',
        ],
      ],
      notCovered:
        "a person as `institution`, and a bank with its country's key; the response time shows whether another bank's order exists",
    },
    {
      stride: 'I',
      threat: 'a signed answer shows the requesting country more than its fact',
      control: 'The answer must name the office of its order.',
      code: ['services/dispatch/src/answers/match-answers.ts'],
      tests: [
        [
          'services/dispatch/src/answers/on-answer.test.ts',
          'must name the office of the order, because both countries read the stored answer',
        ],
      ],
      notCovered: 'the id and source that the bank chose',
    },
    {
      stride: 'D',
      threat: 'a bank sends thousands of answers about no order',
      control: 'The engine limits waiting answers per country, and countries alternate.',
      code: ['services/dispatch/src/answers/concurrency-limiter.ts', 'services/dispatch/src/answers/on-answer.ts'],
      tests: [
        [
          'services/dispatch/src/answers/post-answers.test.ts',
          'a country with too many waiting answers is refused with 429; another country’s answer is accepted',
        ],
        [
          'tests/journeys/answers-about-nothing.test.ts',
          'another bank’s answer is applied during the flood, and its sender gets one notification for each message',
        ],
      ],
    },
    {
      stride: 'D',
      threat: "illegal answers or legal reports of a cent use up a request's history",
      control:
        'Each country and role may add 140 facts, and 20 more about money ([ADR 18](../adr/0018-record-refusals-outside-the-fact-chain.md)). Refusals have separate budgets.',
      code: ['services/ledger/src/own-partition.ts', 'packages/core/src/history-quota.ts'],
      tests: [
        ['workflows/payment-stop/src/lifecycle/refusals.test.ts', 'is separate for each role, each country and late answers'],
        [
          'workflows/payment-stop/src/lifecycle/history-quota.test.ts',
          'lets the requesting country share and decide after a bank’s flood of reports',
          'ends below a thousand facts',
        ],
      ],
      notCovered: 'banks of one country share one budget',
    },
    {
      stride: 'E',
      threat: "a bank's report opens a request in another country's name",
      control: 'The requesting country must agree first.',
      code: ['workflows/payment-stop/src/dispatching/onward-requests.ts'],
      tests: [
        [
          'tests/journeys/onward-agreement.test.ts',
          'its system, the reporting bank, the desk there and the next country cannot agree for it',
        ],
      ],
    },
  ],
}
