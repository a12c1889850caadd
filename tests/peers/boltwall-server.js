// Sells with boltwall; ln-service is the stub beside this file.
process.env.LND_SOCKET = 'stub';
process.env.SESSION_SECRET = 'a secret of thirty-two bytes or more, for a test';
process.env.LOG_LEVEL = 'none';
const http = require('node:http');
const express = require('express');
const { boltwall } = require('boltwall');

const app = express();
app.use(express.json());
app.use(boltwall({ minAmount: 5 }));
app.get('/goods', (request, response) => response.send('the goods'));
const server = http.createServer(app);
server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port));
