/** A way to exchange whole JSON messages with an app-server. */
export interface MessageChannel {
  send(message: string): void;
  /** Called before anything else; `onClosed` is called once, however the channel ended. */
  listen(onMessage: (message: string) => void, onClosed: () => void): void;
  close(): void;
}
