// Sells with the header and token helpers of @getalby/lightning-tools.
const { createHash } = require('node:crypto');
const http = require('node:http');
const { issueL402Macaroon, makeL402AuthenticateHeader, parseL402Authorization, verifyL402Macaroon } = require('@getalby/lightning-tools/402');

const secret = 'the secret of a shop that exists for a test';
const isPaid = async (header) => {
  try {
    const { token, preimage } = parseL402Authorization(header);
    const { paymentHash } = await verifyL402Macaroon(secret, token);
    return createHash('sha256').update(Buffer.from(preimage, 'hex')).digest('hex') === paymentHash;
  } catch {
    return false;
  }
};

const server = http.createServer(async (request, response) => {
  if (request.headers.authorization && (await isPaid(request.headers.authorization))) {
    return response.end('the goods');
  }
  const { paymentHash, paymentRequest } = await (await fetch(process.env.INVOICES_URL + '?sats=5', { method: 'POST' })).json();
  const token = await issueL402Macaroon(secret, paymentHash);
  response.writeHead(402, { 'WWW-Authenticate': makeL402AuthenticateHeader({ token, invoice: paymentRequest }) }).end('pay first');
});
server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port));
