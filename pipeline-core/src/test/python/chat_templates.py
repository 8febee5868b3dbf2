"""Writes src/test/resources/chat/templates.json: chat_templates.py FILE; needs jinja2."""
import json,jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.ext import loopcontrols
def raise_exception(m): raise jinja2.exceptions.TemplateError(m)
env=ImmutableSandboxedEnvironment(trim_blocks=True,lstrip_blocks=True,extensions=[loopcontrols]); env.globals['raise_exception']=raise_exception
T={
'chatml':"{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
'smollm2':"{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
'llama3':"{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}",
'mistral':"{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token}}{% else %}{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}",
'gemma':"{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}{% if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}",
'namespace':"{%- set ns = namespace(seen=0) -%}\n{%- if messages[0]['role'] == 'system' -%}\n    {%- set system_message = messages[0]['content'] -%}\n    {%- set messages = messages[1:] -%}\n{%- else -%}\n    {%- set system_message = 'none' -%}\n{%- endif -%}\n<<SYS>>{{ system_message }}<</SYS>>\n{%- for message in messages %}\n    {%- set ns.seen = ns.seen + 1 %}\n    {%- if message.role == 'assistant' %}\n        {%- generation %}{{ ns.seen ~ ':' ~ message.content ~ eos_token }}{%- endgeneration %}\n    {%- elif not loop.last %}\n        {{- '[' ~ message.role ~ '] ' ~ message.content }}\n    {%- else %}\n        {{- '[last ' ~ message.role ~ '] ' ~ message.content }}\n    {%- endif %}\n{%- endfor %}\n",
}
import itertools
U=["What is the capital of France?","  spaces around  ","line one\nline two","it's \"quoted\" & <b>bold</b> {{ not jinja }}","emoji 🙂 and 日本","{% if %}","tab\there","0"]
A=["Paris.","Sure!\n\n1. One\n2. Two"," leading","«ok»"]
C=[]
for i in range(20):
    m=[]
    if i%4==1: m.append(dict(role='system',content='Be brief.'))
    for t in range(1+i%3):
        m.append(dict(role='user',content=U[(i+t*3)%len(U)]))
        if t<i%3 or i%5==0: m.append(dict(role='assistant',content=A[(i+t)%len(A)]))
    C.append(m)
import re
cases=[]
for n,t in T.items():
    # transformers reads the marks of generation as tags that strip white space and write nothing, as comments do.
    tt=re.sub(r'\{%(-?)\s*(?:end)?generation\s*(-?)%\}',r'{#\1 \2#}',t)
    for m in C:
        for g in (True,False):
            try: out=env.from_string(tt).render(messages=m,add_generation_prompt=g,bos_token='<s>',eos_token='</s>')
            except jinja2.exceptions.TemplateError as e: out=None; err=str(e)
            cases.append(dict(template=n,messages=m,generate=g,**({'text':out} if out is not None else {'error':err})))
d=dict(made='jinja2 '+jinja2.__version__+' in the environment of transformers\' apply_chat_template (trim_blocks, lstrip_blocks, loopcontrols), by src/test/python/chat_templates.py',templates=T,cases=cases)
import sys
open(sys.argv[1],'w').write(json.dumps(d,ensure_ascii=False,indent=0))
print(len(cases),sum('error' in c for c in cases))
