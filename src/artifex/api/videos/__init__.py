"""The OpenAI shape of video requests and answers, translated to the studio's own."""
