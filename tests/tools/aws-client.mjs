// A program on AWS's own client that knows nothing of Flow but docs/wire-format.md. Arguments: the endpoint, the prefix of names, a verb and its arguments.
//   send QUEUE BODY          sends plain JSON to a queue
//   publish TOPIC BODY       publishes plain JSON to a topic
//   answer QUEUE [.fifo]     sends an envelope to a queue as MassTransit.AmazonSQS would, and prints the envelope that comes back to a queue of its own, a FIFO queue if so asked
//   hear TOPIC raw|wrapped   subscribes a queue of its own to a topic, prints "ready", then the first message it receives
import { CreateQueueCommand, GetQueueAttributesCommand, GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";

const [endpoint, prefix, verb, name, argument] = process.argv.slice(2);
const settings = { endpoint, region: "us-east-1", credentials: { accessKeyId: "foreign", secretAccessKey: "foreign" } };
const sqs = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
const sns = new SNSClient(settings);
const contentType = (value) => ({ "Content-Type": { DataType: "String", StringValue: value } });

async function receive(QueueUrl) {
  for (let attempt = 0; attempt < 3; attempt++) {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10, MessageAttributeNames: ["All"] }));
    if (Messages?.length) return Messages[0];
  }
  throw new Error("nothing came");
}

const queueUrl = async (QueueName) => (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;
const ownQueue = async (QueueName, Attributes) => (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl;

switch (verb) {
  case "send":
    await sqs.send(new SendMessageCommand({ QueueUrl: await queueUrl(prefix + name), MessageBody: argument, MessageAttributes: contentType("application/json") }));
    break;
  case "publish": {
    // Creating a topic that is there answers its name.
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: prefix + name }));
    await sns.send(new PublishCommand({ TopicArn, Message: argument, MessageAttributes: contentType("application/json") }));
    break;
  }
  case "answer": {
    const own = `foreign-${Date.now()}${argument ?? ""}`;
    const QueueUrl = await ownQueue(own, argument ? { FifoQueue: "true" } : {});
    const envelope = {
      messageId: crypto.randomUUID(),
      requestId: crypto.randomUUID(),
      responseAddress: `amazonsqs://us-east-1/${own}?durable=false&autodelete=true`,
      messageType: ["urn:message:Flow.Transports.Tests:Question"],
      message: { text: "Ready" },
    };
    await sqs.send(new SendMessageCommand({
      QueueUrl: await queueUrl(prefix + name), MessageBody: JSON.stringify(envelope), MessageAttributes: contentType("application/vnd.masstransit+json"),
    }));
    const answer = await receive(QueueUrl);
    console.log(JSON.stringify({ ...JSON.parse(answer.Body), attributes: Object.keys(answer.MessageAttributes ?? {}), requestId: JSON.parse(answer.Body).requestId === envelope.requestId }));
    break;
  }
  case "hear": {
    const QueueUrl = await ownQueue(`foreign-${Date.now()}`);
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: prefix + name }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: Attributes.QueueArn, Attributes: { RawMessageDelivery: String(argument === "raw") } }));
    console.log("ready");
    const { Body } = await receive(QueueUrl);
    console.log(argument === "raw" ? Body : JSON.parse(Body).Message);
    break;
  }
  default:
    throw new Error(`unknown verb ${verb}`);
}
