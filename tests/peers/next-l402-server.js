// Sells with next-l402, its handler served without Next's own server.
const http = require('node:http');
const { NextRequest, NextResponse } = require('next/server');
const { withL402 } = require('next-l402');

const lightning = {
  createInvoice: async (sats) => {
    const { paymentHash, paymentRequest } = await (await fetch(process.env.INVOICES_URL + '?sats=' + sats, { method: 'POST' })).json();
    return { paymentHash, paymentRequest, amountSats: sats };
  },
};
const handler = withL402(async () => new NextResponse('the goods'), { lightning, priceSats: 5, secretKey: Buffer.alloc(32, 7) });
const server = http.createServer(async (request, response) => {
  const answer = await handler(new NextRequest('http://' + request.headers.host + request.url, { method: request.method, headers: request.headers }));
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
});
server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port));
