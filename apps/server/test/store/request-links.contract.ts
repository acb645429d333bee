import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EnrollmentRequest } from '../../src/enrollment/request-store.ts'
import type { Intent } from '../../src/issuance/issuance-ledger.ts'
import { sampleMail } from '../support/accounts.ts'
import {
  createCa,
  DAY,
  NOW,
  recordIn,
  sampleIntent,
  sampleIssued,
  sampleLink,
  sampleRequest,
} from '../support/samples.ts'
import { accepted, type Engine, newTenant, recorded, refused } from './engine.ts'

const APPROVED = { subject: [], subjectAltNames: [{ type: 'dns', value: 'host.example.com' }] } as const
const YES = {
  ...{ account: 'officer', approvedAt: NOW, approved: APPROVED, subject: 'O=Approved' },
  subjectAltNames: APPROVED.subjectAltNames,
} as const
const EMAIL = 'ann@example.com'

export function requestLinksContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.shared()
    const tenant = await newTenant(opened)
    const ca = await createCa(opened.stores, tenant)
    const { requests, issuance } = ca.stores
    const door = opened.stores.system.requests
    /** A form of a stranger; not confirmed unless it is said. */
    const form = async (over: Partial<EnrollmentRequest> = {}) => {
      const { csr: _, ...rest } = sampleRequest(ca, { email: EMAIL, status: 'unconfirmed', ...over })
      const request: EnrollmentRequest = { ...rest, evidence: { by: 'web-form', request: rest.id } }
      const link = sampleLink(request.id, { purpose: 'status' })
      await requests.create(request, recordIn(tenant), { link })
      return { request, link }
    }
    /** One that was approved, with its claim. */
    const claimable = async () => {
      const { request } = await form({ status: 'pending' })
      const link = sampleLink(request.id)
      await requests.approve(request.id, YES, { link }, recordIn(tenant))
      return { request, link }
    }
    const claimedBy = (request: EnrollmentRequest, claim: string, over: Partial<Intent> = {}) => {
      const approval = { account: 'officer', approvedAt: NOW }
      const evidence = { by: 'claim', request: request.id, claim, approval } as const
      return sampleIntent(ca, { request: request.id, evidence, approval, ...over })
    }
    const statusOf = async ({ id }: EnrollmentRequest) => (await requests.find(id))?.status
    return { opened, tenant, ca, requests, issuance, door, form, claimable, claimedBy, statusOf }
  }

  describe('requests by people', () => {
    test('what a stranger has not confirmed is found by its link and by nobody else', async () => {
      const { opened, tenant, requests, door, form } = await world()
      const { request, link } = await form()
      assert.equal(await requests.find(request.id), undefined)
      assert.deepEqual((await requests.list({}, { limit: 10 })).items, [])
      assert.deepEqual((await door.find('status', link.secretHash))?.request, request)

      const confirmed = [
        await requests.confirm(request.id, {
          ...recordIn(tenant),
          action: 'request.confirm',
          object: { type: 'request', id: request.id },
        }),
        await requests.confirm(request.id, recordIn(tenant)),
      ]

      assert.deepEqual(confirmed, [true, false])
      assert.deepEqual(await requests.find(request.id), { ...request, status: 'pending' })
      assert.deepEqual(await recorded(opened, tenant, request.id), ['request.confirm'])
    })

    test('a link opens what it is for, as long as no newer one took its place', async () => {
      const { tenant, requests, door, claimable } = await world()
      const { request, link } = await claimable()
      assert.equal(await door.find('status', link.secretHash), undefined)
      const found = await door.find('claim', link.secretHash)
      const { secretHash: _, ...row } = link
      assert.deepEqual([found?.tenant, found?.link, found?.request.approved], [tenant, row, APPROVED])
      assert.deepEqual(
        [found?.request.subject, found?.request.subjectAltNames],
        ['O=Approved', APPROVED.subjectAltNames],
        'it is called by the names that were approved',
      )

      const newer = sampleLink(request.id)
      await requests.resend(request.id, { link: newer }, recordIn(tenant))

      assert.equal(await door.find('claim', link.secretHash), undefined)
      assert.equal((await door.find('claim', newer.secretHash))?.link.id, newer.id)
      assert.equal((await requests.claimOf(request.id))?.id, newer.id)
    })

    test('of several browsers that claim at once one gets the certificate', async () => {
      const { issuance, tenant, claimable, claimedBy, statusOf } = await world()
      const { request, link } = await claimable()

      const claims = [0, 1, 2, 3].map(() => issuance.recordIntent(claimedBy(request, link.id), recordIn(tenant)))

      assert.equal(await accepted(claims, 'conflict'), 1)
      assert.equal(await statusOf(request), 'signing')
    })

    test('a claim that was replaced, has expired, or is of another request spends nothing', async () => {
      const { issuance, tenant, requests, claimable, claimedBy, statusOf } = await world()
      const [one, other] = [await claimable(), await claimable()]
      const newer = sampleLink(one.request.id)
      await requests.resend(one.request.id, { link: newer }, recordIn(tenant))

      const late = { recordedAt: NOW + 7 * DAY, deadlineAt: NOW + 8 * DAY }
      await refused(issuance.recordIntent(claimedBy(one.request, one.link.id), recordIn(tenant)), 'conflict')
      await refused(issuance.recordIntent(claimedBy(one.request, newer.id, late), recordIn(tenant)), 'conflict')
      await refused(issuance.recordIntent(claimedBy(one.request, other.link.id), recordIn(tenant)), 'conflict')

      assert.deepEqual([await statusOf(one.request), await statusOf(other.request)], ['approved', 'approved'])
      await issuance.recordIntent(claimedBy(one.request, newer.id), recordIn(tenant))
    })

    test('an issuance that is given up leaves the claim open, and what was approved stays approved', async () => {
      const { issuance, tenant, requests, claimable, claimedBy } = await world()
      const { request, link } = await claimable()
      const intent = claimedBy(request, link.id)
      await issuance.recordIntent(intent, recordIn(tenant))

      await issuance.abandon(intent.id, 'the key was away', recordIn(tenant))

      const now = await requests.find(request.id)
      assert.deepEqual([now?.status, now?.decidedBy, now?.note], ['approved', 'officer', 'the key was away'])
      await issuance.recordIntent(claimedBy(request, link.id), recordIn(tenant))
    })

    test('a claim that led to a certificate is opened again in place of that certificate, once', async () => {
      const { opened, issuance, tenant, requests, claimable, claimedBy } = await world()
      const { request, link } = await claimable()
      const intent = claimedBy(request, link.id)
      await issuance.recordIntent(intent, recordIn(tenant))
      await issuance.recordIssued(sampleIssued(intent))
      const due = await opened.database.read((db) =>
        db.selectFrom('outbox').select('kind').where('key', '=', request.id).execute(),
      )
      assert.deepEqual(due, [{ kind: 'request-issued' }])
      const again = () => requests.reopen(request.id, intent.id, { link: sampleLink(request.id) }, recordIn(tenant))
      await refused(
        requests.reopen(request.id, 'another', { link: sampleLink(request.id) }, recordIn(tenant)),
        'conflict',
      )

      assert.equal(await accepted([again(), again()], 'conflict'), 1)

      assert.deepEqual((await requests.find(request.id))?.status, 'approved')
      const claim = await requests.claimOf(request.id)
      assert.equal(claim?.spentAt, undefined)
      await issuance.recordIntent(claimedBy(request, claim?.id ?? ''), recordIn(tenant))
    })

    test('a decision is for what it fits: forms are approved, CSRs are not, and what is declined is claimed by nobody', async () => {
      const { opened, tenant, ca, requests, issuance, door, form, claimable, claimedBy } = await world()
      const csr = sampleRequest(ca)
      await requests.create(csr, recordIn(tenant))
      const { request: unconfirmed } = await form()
      const approve = (id: string) => requests.approve(id, YES, { link: sampleLink(id) }, recordIn(tenant))
      await refused(approve(csr.id), 'conflict', /only a pending form/)
      assert.equal(await approve(unconfirmed.id), undefined)

      const { request, link } = await claimable()
      const mail = sampleMail(tenant, { kind: 'request-declined', about: request.id })
      await requests.decline(request.id, { by: 'officer', at: NOW, note: 'no' }, recordIn(tenant), mail)

      await refused(issuance.recordIntent(claimedBy(request, link.id), recordIn(tenant)), 'conflict')
      assert.equal(await door.find('claim', link.secretHash), undefined)
      assert.equal((await opened.stores.system.mails.find(mail.id))?.state, 'waiting')
      await refused(requests.resend(request.id, { link: sampleLink(request.id) }, recordIn(tenant)), 'conflict')
    })

    test('a template is found by its public id, with what it lets strangers do', async () => {
      const { tenant, ca, door } = await world()
      const enrollment = { publicRequests: true, renewal: { withinDays: 30, copyNames: true, revokeOld: false } }
      await ca.stores.templates.update(ca.template.id, 1, { enrollment }, recordIn(tenant))

      const found = await door.templateByPublicId(ca.template.publicId)

      assert.deepEqual([found?.tenant, found?.template.enrollment], [tenant, enrollment])
      assert.equal(await door.templateByPublicId('no such'), undefined)
    })

    test('so many requests of strangers wait for one template at most, and what nobody confirms goes', async () => {
      const opened = await engine.fresh()
      const tenant = await newTenant(opened)
      const ca = await createCa(opened.stores, tenant)
      const { requests } = ca.stores
      const of = (over: Partial<EnrollmentRequest> = {}) =>
        sampleRequest(ca, { email: EMAIL, status: 'unconfirmed', ...over })
      const create = (request: EnrollmentRequest) => requests.create(request, recordIn(tenant))
      for (let count = 0; count < 999; count++) await create(of())
      const young = of({ createdAt: NOW + DAY })
      await create(young)

      await refused(create(of()), 'rate-limited', /too many requests wait/i)

      const { requests: door } = opened.stores.system
      let gone = 0
      for (let page = 500; page >= 500; gone += page) page = await door.forget(NOW, NOW + 1, 500)
      assert.equal(gone, 999)
      assert.equal(await requests.confirm(young.id, recordIn(tenant)), true)
    })
  })
}
