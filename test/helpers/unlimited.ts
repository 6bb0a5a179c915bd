/** Settings for tests and measurements that send more than any person would. */
export const UNLIMITED = {
  MAX_CREATES_PER_MINUTE: "0",
  MAX_SOCKETS_PER_ADDRESS: "0",
  MAX_FRAMES_PER_SECOND: "0",
  MAX_BYTES_PER_SECOND: "0",
};
