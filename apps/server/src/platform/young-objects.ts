import { setFlagsFromString } from 'node:v8'

/**
 * For a process that serves: no place in the code makes its objects among the old ones.
 *
 * V8 counts which places make objects that outlive a collection, and lets those make theirs where old objects are, for good. After a
 * burst of issuing, during which requests wait long, that is what it does with the objects of a request. From then on each request
 * leaves a kilobyte or two there that nobody uses, and all that it points to stays as well until the whole heap is gone through:
 * 10 MB a second at 5,000 requests, and collections that take 6 ms in place of 2.
 */
export function keepYoungObjectsApart(): void {
  setFlagsFromString('--no-allocation-site-pretenuring')
}
