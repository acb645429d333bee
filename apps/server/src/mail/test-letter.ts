import type { Letter } from './letter.ts'

/** The letter by which an operator sees that mail leaves. */
export function testLetter(url: string): Letter {
  return {
    subject: 'Chancery sends mail',
    paragraphs: [
      'This is the test that you asked for: the mail server takes what this installation sends, and it arrives.',
    ],
    facts: [['Installation', url]],
    closing: ['Sent because an operator of the installation asked for a test.'],
  }
}
