/** A place to say what has to be done at the end, such as a test's context. */
export interface CleanUp {
  after(cleanup: () => void): void;
}
